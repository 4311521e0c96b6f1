"""Every alert has an owner, a page that says what to do, and figures that the system really shows."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.db import DatabaseError
from django.utils.timezone import now

from core.jobs.models import Job
from core.jobs.services import enqueue
from core.observability import metrics
from tests.factories.gateways import ProviderFactory

ROOT = Path(settings.BASE_DIR)
RULES = yaml.safe_load((ROOT / "containers/alerts.yml").read_text())["groups"][0]["rules"]


def shown(client, monkeypatch) -> str:
    monkeypatch.setattr(settings, "ECOMNET_METRICS_TOKEN", "right")
    answer = client.get("/metrics", headers={"Authorization": "Bearer right"})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_names_its_owner_and_a_page_that_says_what_to_do(rule):
    assert rule["labels"]["owner"] in {"operations", "finance"}
    page, anchor = rule["annotations"]["runbook"].split("#")
    headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(), re.M)
    assert anchor in {heading.lower().replace(" ", "-") for heading in headings}


@pytest.mark.django_db
def test_the_figures_that_alerts_ask_for_are_shown(client, monkeypatch):
    asked = {name for rule in RULES for name in re.findall(r"\b(?:ecomnet|django)_\w+", rule["expr"])}
    there = set(re.findall(r"^# TYPE (\w+)", shown(client, monkeypatch), re.M))
    assert asked - there == set()


@pytest.mark.django_db
def test_figures_count_what_waits_for_a_person(client, monkeypatch):
    assert "ecomnet_jobs_dead{" not in shown(client, monkeypatch)
    enqueue("test.broken", dedupe_key="broken", run_at=now())
    Job.objects.update(state=Job.State.DEAD, last_error="no")
    ProviderFactory(code="JS-GAS")
    page = shown(client, monkeypatch)
    assert 'ecomnet_jobs_dead{kind="test.broken"} 1.0' in page
    assert 'ecomnet_breaker_open{provider="JS-GAS"} 0.0' in page
    assert "ecomnet_database_up 1.0" in page


def test_a_database_that_is_away_is_told_not_hidden(client, monkeypatch):
    def away():
        raise DatabaseError

    monkeypatch.setattr(metrics, "OWN", [metrics.Figure("jobs_late_seconds", "late", away)])
    page = shown(client, monkeypatch)
    assert "ecomnet_database_up 0.0" in page
    assert "ecomnet_jobs_late_seconds" not in page
