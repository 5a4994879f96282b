"""The peer: a plain Django endpoint that writes crossings with `bulk_create`; no signatures, users, quotas.

Run by granian with as many processes and threads as ours, on the same kind of database: SQLite as Django's own
documents advise (WAL, IMMEDIATE), each commit on the disk; PostgreSQL beside our tables. The number of a crossing is
the table's key, so that sending twice writes once. `python plain.py` makes the table.
"""

import json
import os
import sys
import uuid
from datetime import datetime
from pathlib import Path

import django
from django.conf import settings

sys.path.append(str(Path(__file__).resolve().parents[2] / "src"))
from lianfang.databases import database_settings  # only how an address of PostgreSQL is read

_FILE = Path(os.environ["PLAIN_DATA"]) / "plain.sqlite3"
_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": _FILE,
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE", "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    },
    "CONN_MAX_AGE": 60,
}  # fmt: skip
_URL = os.environ.get("LIANFANG_DATABASE", "")
settings.configure(
    SECRET_KEY="plain", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, USE_TZ=True, INSTALLED_APPS=[],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    DATABASES={"default": database_settings(_URL, _FILE.parent) if _URL else _SQLITE},
)  # fmt: skip
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.http import HttpRequest, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402


class Crossing(models.Model):
    id = models.UUIDField(primary_key=True)
    gate = models.BigIntegerField()
    at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    direction = models.CharField(max_length=3)
    decision = models.CharField(max_length=8)
    serial = models.CharField(max_length=16)
    document_seen = models.BooleanField(null=True)
    temperature = models.FloatField(null=True)

    class Meta:
        app_label = "plain"
        indexes = [  # noqa: RUF012
            models.Index(fields=["gate", "at"], name="plain_gate"),
            models.Index(fields=["serial", "at"], name="plain_serial"),
        ]


def take(request: HttpRequest) -> JsonResponse:
    rows = [
        Crossing(id=uuid.UUID(one.pop("id")), at=datetime.fromisoformat(one.pop("at")), **one)
        for one in json.loads(request.body)["crossings"]
    ]
    with transaction.atomic():
        Crossing.objects.bulk_create(rows, ignore_conflicts=True)
    return JsonResponse({"taken": len(rows)})


def health(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"kept": Crossing.objects.count()})


urlpatterns = [path("crossings", take), path("health", health)]
application = get_wsgi_application()

if __name__ == "__main__":
    with connection.schema_editor() as editor:
        editor.create_model(Crossing)
