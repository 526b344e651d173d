"""The embedded PostgreSQL: started once, survives a crash, stopped by whoever leaves last."""

from __future__ import annotations

import os
import shutil
import signal
import stat
from pathlib import Path

import psycopg
import pytest

from config.launcher import database, places, roles
from config.launcher.errors import CannotStart
from config.launcher.postgres import Server


def answers(server: Server) -> bool:
    try:
        server.connect().close()
    except psycopg.OperationalError:
        return False
    return True


def test_the_last_one_to_leave_stops_the_server(folder: Path) -> None:
    first, second = Server(folder), Server(folder)

    with first:
        second.__enter__()
    after_the_first = answers(second)
    second.__exit__()
    assert first.process
    first.process.wait(timeout=10)

    assert after_the_first
    assert not answers(second)
    assert not second.socket.exists()


def test_nothing_is_lost_when_the_whole_run_is_killed(folder: Path) -> None:
    killed = Server(folder)
    killed.__enter__()
    with killed.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    # As after a kill of the launcher and the server: nobody holds the folder, the pid file stays.
    assert killed.process
    os.killpg(killed.process.pid, signal.SIGKILL)
    killed.process.wait()
    killed._users.close()

    with Server(folder) as again, again.connect() as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (7,)


def test_a_server_that_a_killed_launcher_left_behind_is_used_and_then_stopped(folder: Path) -> None:
    left = Server(folder)
    left.__enter__()
    left._users.close()

    with Server(folder) as again:
        assert answers(again)
        assert again.process is None

    assert not answers(left)
    assert left.process
    left.process.wait(timeout=10)


def test_an_immediate_stop_is_recovered_from(folder: Path) -> None:
    with Server(folder) as server:
        with server.connect() as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS value")

        server.restart_immediately()

        with server.connect() as connection:
            assert connection.execute("SELECT value FROM kept").fetchone() == (7,)


def test_a_server_that_was_killed_is_started_again_by_who_watches(folder: Path) -> None:
    with Server(folder) as server:
        with server.connect() as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
        before = server.keep_up()
        assert server.process
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()

        revived = server.keep_up()

        with server.connect() as connection:
            kept = connection.execute("SELECT value FROM kept").fetchone()
    assert (before, revived, kept) == (False, True, (7,))


def test_a_half_made_cluster_is_made_again(folder: Path) -> None:
    half = places.place_for(folder).cluster.with_name("cluster.new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")

    with Server(folder) as server:
        assert answers(server)
        assert not half.exists()


class Interrupted(Server):
    """Somebody presses Ctrl-C while the server starts."""

    def _answers(self) -> bool:
        if self.process is not None:
            raise KeyboardInterrupt
        return super()._answers()


def test_a_start_that_is_interrupted_leaves_no_server(folder: Path) -> None:
    server = Interrupted(folder)

    with pytest.raises(KeyboardInterrupt), server:
        raise AssertionError("it must not come so far")

    assert server.process is not None
    assert server.process.poll() is not None


def test_a_disk_without_room_for_a_cluster_is_said_before_it_is_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type(shutil.disk_usage("/"))(10**12, 10**12 - 2 * 10**7, 2 * 10**7)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    with (
        pytest.raises(CannotStart, match="has 20 MB left and about 100 MB are needed: free some"),
        Server(folder),
    ):
        raise AssertionError("it must not come so far")

    assert not (folder / "cluster").exists()


def test_a_server_that_is_too_old_is_refused_with_its_version(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "OLDEST_VERSION", 990000)
    monkeypatch.setenv("DATABASE_URL", server.url(roles.APP, roles.DATABASE))
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    version = places.binary_version(places.binaries())

    with pytest.raises(
        CannotStart, match=f"The server of DATABASE_URL is PostgreSQL {version}: 15 or later is needed."
    ):
        database.check_given()


def test_a_cluster_of_another_version_is_left_alone(folder: Path) -> None:
    cluster = places.place_for(folder).cluster
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("9\n")

    with pytest.raises(CannotStart, match=r"was made by PostgreSQL 9 and this is .*: move that folder away"):
        Server(folder).__enter__()

    assert (cluster / "PG_VERSION").read_text() == "9\n"


def test_only_the_user_reaches_the_socket(server: Server) -> None:
    mode = server.socket.stat().st_mode

    assert stat.S_IMODE(mode) == 0o700
    assert len(str(server.socket)) < places.LONGEST_SOCKET_FOLDER
    with server.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_acknowledged_commits_are_durable(server: Server) -> None:
    with server.connect() as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {name}").fetchone() == ("on",)


def test_without_namespaces_the_server_runs_as_nobody_for_root(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIIS_NO_NAMESPACE", "1")
    place = places.place_for(folder)
    expected = places.NOBODY if os.geteuid() == 0 else os.geteuid()

    try:
        with Server(folder) as server:
            assert place.cluster.stat().st_uid == expected
            assert answers(server)
    finally:
        shutil.rmtree(place.cluster.parent)


def test_a_wrong_folder_of_programs_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIIS_PG_BINDIR", str(folder))

    with pytest.raises(
        CannotStart, match=r"VIIS_PG_BINDIR is .* and has no initdb: name the folder that holds it"
    ):
        Server(folder).__enter__()


def test_preparing_twice_changes_nothing(server: Server) -> None:
    with server.connect() as connection:
        roles.prepare(connection)

        rows = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles "
            "WHERE rolname LIKE 'viis%' ORDER BY 1"
        ).fetchall()

    assert rows == [("viis_app", False, False, False, False), ("viis_owner", False, True, True, False)]
