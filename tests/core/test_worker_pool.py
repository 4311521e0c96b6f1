"""The scheduler of a worker: each run touches the heartbeat file."""

import pytest

from core.jobs.worker_pool import run_maintenance


@pytest.mark.django_db
def test_a_round_touches_the_pulse_of_the_worker(settings, tmp_path):
    pulse = tmp_path / "worker.pulse"
    settings.ECOMNET_WORKER_HEARTBEAT_FILE = str(pulse)
    run_maintenance()
    assert pulse.exists()


@pytest.mark.django_db
def test_without_a_file_named_a_round_leaves_none(settings, tmp_path, monkeypatch):
    settings.ECOMNET_WORKER_HEARTBEAT_FILE = ""
    monkeypatch.chdir(tmp_path)
    run_maintenance()
    assert list(tmp_path.iterdir()) == []
