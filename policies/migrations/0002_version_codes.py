import re

import django.db.models.deletion
from django.db import migrations, models

CHUNK = 200


def copy_codes(apps, schema_editor):
    """The codes of every version that is on record already."""
    PolicyVersion = apps.get_model("policies", "PolicyVersion")
    VersionCode = apps.get_model("policies", "VersionCode")
    versions = PolicyVersion.objects.order_by("pk")
    for version in versions.iterator(chunk_size=CHUNK):
        codes = [block["value"] for block in version.content.get("codes", [])]
        VersionCode.objects.bulk_create(
            VersionCode(
                version=version,
                system=code["system"],
                key=re.sub(r"[\s.]+", "", code["code"]).upper(),
                is_included=code["is_included"],
            )
            for code in codes
        )


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="VersionCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("system", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=40)),
                ("is_included", models.BooleanField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="version_codes",
                        to="policies.policyversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["system", "key"], name="versions_by_code")
                ],
            },
        ),
        migrations.RunPython(copy_codes, migrations.RunPython.noop),
    ]
