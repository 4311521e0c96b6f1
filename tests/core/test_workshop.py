"""The keeper of a worker: each round shows that it lives."""

import pytest

from core.jobs.workshop import make_a_round


@pytest.mark.django_db
def test_a_round_touches_the_pulse_of_the_worker(settings, tmp_path):
    pulse = tmp_path / "worker.pulse"
    settings.ECOMNET_WORKER_POLL_SECONDS = str(pulse)
    make_a_round()
    assert pulse.exists()


@pytest.mark.django_db
def test_without_a_file_named_a_round_leaves_none(settings, tmp_path, monkeypatch):
    settings.ECOMNET_WORKER_POLL_SECONDS = ""
    monkeypatch.chdir(tmp_path)
    make_a_round()
    assert list(tmp_path.iterdir()) == []
