"""Daily files lie in pieces of a megabyte, so that a large one never stands in memory whole."""

import django.db.models.deletion
from django.db import migrations, models

CUT = """
INSERT INTO core_dailyfilepiece (file_id, number, content)
SELECT file.id, number, substring(file.content FROM number * 1048576 + 1 FOR 1048576)
  FROM core_dailyfile AS file, generate_series(0, (octet_length(file.content) - 1) / 1048576) AS number;
UPDATE core_dailyfile SET size = octet_length(content);
SET CONSTRAINTS ALL IMMEDIATE;
"""
JOIN = """
UPDATE core_dailyfile AS file
   SET content = (SELECT coalesce(string_agg(content, '' ORDER BY number), '') FROM core_dailyfilepiece
                   WHERE file_id = file.id);
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0005_data_keys")]

    operations = [
        migrations.CreateModel(
            name="DailyFilePiece",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="core.dailyfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "piece of a daily file",
                "verbose_name_plural": "pieces of daily files",
                "constraints": [
                    models.UniqueConstraint(fields=("file", "number"), name="daily_file_piece_stands_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="dailyfile",
            name="size",
            field=models.PositiveBigIntegerField(default=0, verbose_name="bytes"),
            preserve_default=False,
        ),
        migrations.AlterField(model_name="dailyfile", name="content", field=models.BinaryField(null=True)),
        migrations.RunSQL(CUT, JOIN),
        migrations.RemoveField(model_name="dailyfile", name="content"),
    ]
