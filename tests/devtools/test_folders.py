"""Where a checkout keeps its servers and sockets."""

import os
import tempfile

import pytest

from devtools import folders


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Makes a checkout in a folder that nobody else may enter."""

    def at(path, *, root=False):
        path.mkdir(parents=True, mode=0o700)
        monkeypatch.setattr(folders, "ROOT", path)
        monkeypatch.setattr(folders, "STATE", path / ".state")
        monkeypatch.setattr(folders, "as_root", lambda: root)
        return path

    for name in ("lasting", "passing"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(folders, "LASTING", tmp_path / "lasting")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "passing"))
    return at


def test_a_socket_in_a_deep_checkout_moves_to_the_temporary_directory(checkout, tmp_path):
    checkout(tmp_path / ("deep" * 25))
    sockets = folders.sockets_of("run")
    assert sockets.is_relative_to(tmp_path / "passing")


def test_two_deep_checkouts_do_not_share_their_sockets(checkout, tmp_path):
    checkout(tmp_path / ("deep" * 25))
    first = folders.sockets_of("run")
    checkout(tmp_path / ("deeper" * 20))
    assert folders.sockets_of("run") != first


def test_servers_of_root_avoid_a_folder_that_their_user_cannot_enter(checkout, tmp_path):
    closed = checkout(tmp_path / "closed", root=True)
    assert folders.servers_of("run").is_relative_to(tmp_path / "lasting")
    assert closed.stat().st_mode & 0o777 == 0o700


def test_servers_of_an_ordinary_user_stay_in_the_checkout(checkout, tmp_path):
    closed = checkout(tmp_path / "closed")
    assert folders.servers_of("run").is_relative_to(closed)


def test_what_nobody_wants_back_is_kept_in_memory_where_there_is_room(checkout, tmp_path, monkeypatch):
    closed = checkout(tmp_path / "closed")
    monkeypatch.setattr(folders, "MEMORY", tmp_path / "passing")
    monkeypatch.setattr(folders, "free_memory", lambda: folders.ENOUGH_MEMORY)
    assert folders.throwaway_of("test").is_relative_to(tmp_path / "passing")
    monkeypatch.setattr(folders, "free_memory", lambda: 0)
    assert folders.throwaway_of("test").is_relative_to(tmp_path / "passing"), "what began in memory stays there"
    checkout(tmp_path / "another")
    assert folders.throwaway_of("test").is_relative_to(tmp_path / "another")
    assert not folders.throwaway_of("test").is_relative_to(closed)


def test_a_machine_without_such_a_folder_has_no_memory_for_files(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "MEMORY", tmp_path / "nowhere")
    assert folders.free_memory() == 0


def test_a_shared_folder_that_somebody_else_has_put_there_is_refused(checkout, tmp_path, monkeypatch):
    checkout(tmp_path / "closed", root=True)
    monkeypatch.setattr(os, "geteuid", lambda: 123456)
    with pytest.raises(SystemExit):
        folders.servers_of("run")
