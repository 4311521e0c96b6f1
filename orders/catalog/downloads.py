"""The list of products as a file to download, on the page and over the API."""

import datetime as dt

from django.http import HttpResponse

from core.workbooks import MEDIA_TYPE
from orders.catalog.product_list import write_list, write_list_workbook
from orders.catalog.queries import variants_with_prices

CSV, WORKBOOK = "csv", "xlsx"
MEDIA_TYPES = {CSV: "text/csv", WORKBOOK: MEDIA_TYPE}


def product_list_file(form: str, *, at: dt.datetime) -> HttpResponse:
    """The whole list with the prices that apply or will, as the import reads it: a workbook for `xlsx`, else CSV."""
    variants = variants_with_prices(at=at)
    if form == WORKBOOK:
        content = write_list_workbook(variants)
    else:
        form, content = CSV, write_list(variants).encode("utf-8-sig")
    headers = {"Content-Disposition": f'attachment; filename="products.{form}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=MEDIA_TYPES[form], headers=headers)
