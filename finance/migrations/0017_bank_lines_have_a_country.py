from django.db import migrations, models

# A biller or operator stands in the book of the company that executes for it.
_IN_ONE_BOOK = """
ALTER TABLE finance_{table} ADD CONSTRAINT {table}_stands_in_the_book_of_its_provider
    FOREIGN KEY (provider_id, country, currency) REFERENCES core_provider (id, country, currency)
    DEFERRABLE INITIALLY IMMEDIATE
"""
_ANYWHERE = "ALTER TABLE finance_{table} DROP CONSTRAINT {table}_stands_in_the_book_of_its_provider"


def _in_one_book(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(_IN_ONE_BOOK.format(table=table), _ANYWHERE.format(table=table))


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0009_providers_have_a_country"),
        ("finance", "0016_what_was_approved_and_agreed_stays"),
    ]

    operations = [
        migrations.AddField(
            model_name="bankstatement",
            name="country",
            field=models.CharField(default="CN", max_length=2, verbose_name="country"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="bankstatementline",
            name="country",
            field=models.CharField(default="CN", max_length=2, verbose_name="country"),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="bankstatement", name="bank_statement_is_imported_once"),
        migrations.AddConstraint(
            model_name="bankstatement",
            constraint=models.UniqueConstraint(
                fields=("country", "bank_account", "sha256"), name="bank_statement_is_imported_once"
            ),
        ),
        migrations.RemoveConstraint(model_name="bankstatementline", name="bank_line_stands_once"),
        migrations.AddConstraint(
            model_name="bankstatementline",
            constraint=models.UniqueConstraint(
                fields=("country", "bank_account", "line_ref"), name="bank_line_stands_once"
            ),
        ),
        migrations.RemoveIndex(model_name="bankstatementline", name="bank_line_by_date"),
        migrations.AddIndex(
            model_name="bankstatementline",
            index=models.Index(fields=["country", "bank_account", "-value_date"], name="bank_line_by_date"),
        ),
        _in_one_book("biller"),
        _in_one_book("operator"),
    ]
