"""The passport of a lot over the API, for anybody."""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import PUBLIC
from core.serializers import ReadSerializer
from orders.produce.passports import passport_of


class OriginOut(ReadSerializer):
    """A station at which fruit of the lot was brought, with the first and the last day."""

    station = serializers.CharField()
    county = serializers.CharField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()


class PassportGradeOut(ReadSerializer):
    """A grade of the lot."""

    code = serializers.CharField()
    name = serializers.CharField(source="__str__")


class PassportOut(ReadSerializer):
    """What anybody may know of a lot; no farmer is named."""

    code = serializers.CharField()
    crop = serializers.CharField()
    grades = PassportGradeOut(many=True)
    origins = OriginOut(many=True)
    best_before = serializers.DateField()
    is_stopped = serializers.BooleanField(help_text="It is being checked and not sold for now.")
    is_recalled = serializers.BooleanField(help_text="It is called back: nobody eats it.")

    example: ClassVar[dict[str, Any]] = {
        "code": "321324-0001-L261127-K7P2Q",
        "crop": "红富士苹果",
        "grades": [{"code": "1", "name": "一级"}],
        "origins": [
            {
                "station": "桑园村综合服务站",
                "county": "泗阳县",
                "first_day": "2026-11-25",
                "last_day": "2026-11-27",
            }
        ],
        "best_before": "2026-12-11",
        "is_stopped": False,
        "is_recalled": False,
    }


class LotPassport(APIView):
    """Get where the fruit of a lot comes from, when it was brought and its grades, by the code on its boxes."""

    requires = PUBLIC

    @extend_schema(responses=PassportOut)
    def get(self, request: Request, code: str) -> Response:
        found = passport_of(code)
        if found is None:
            raise Http404
        return Response(PassportOut(found).data)
