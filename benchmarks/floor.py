"""The floor: what PostgreSQL alone needs for a step of the reference work, hand-written."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass

import psycopg

TABLES = """
DROP TABLE IF EXISTS floor_event, floor_task, floor_instance;
CREATE TABLE floor_instance (id bigserial PRIMARY KEY, version int NOT NULL, state bytea NOT NULL);
CREATE TABLE floor_event (
    id bigserial PRIMARY KEY, instance_id bigint NOT NULL REFERENCES floor_instance,
    version int NOT NULL, actor text NOT NULL, at timestamptz NOT NULL, UNIQUE (instance_id, version)
);
CREATE TABLE floor_task (
    id bigserial PRIMARY KEY, instance_id bigint NOT NULL REFERENCES floor_instance, wait_id text NOT NULL,
    "group" text NOT NULL, status text NOT NULL, opened_at timestamptz NOT NULL, UNIQUE (instance_id, wait_id)
);
CREATE INDEX ON floor_task ("group", opened_at, id) WHERE status = 'open';
"""
START = "INSERT INTO floor_instance (version, state) VALUES (1, %s) RETURNING id"
READ = "SELECT version, state FROM floor_instance WHERE id = %s FOR UPDATE"
UPDATE = "UPDATE floor_instance SET version = version + 1, state = %s WHERE id = %s"
EVENT = "INSERT INTO floor_event (instance_id, version, actor, at) VALUES (%s, %s, %s, clock_timestamp())"
TASK = """
INSERT INTO floor_task (instance_id, wait_id, "group", status, opened_at)
VALUES (%s, %s, %s, %s, clock_timestamp())
ON CONFLICT (instance_id, wait_id) DO UPDATE SET status = EXCLUDED.status
"""
START_MANY = """
INSERT INTO floor_instance (version, state) SELECT 1, %s FROM generate_series(1, %s) RETURNING id
"""
EVENT_MANY = """
INSERT INTO floor_event (instance_id, version, actor, at)
SELECT id, 1, 'somebody', clock_timestamp() FROM unnest(%s::bigint[]) AS n (id)
"""
TASK_MANY = """
INSERT INTO floor_task (instance_id, wait_id, "group", status, opened_at)
SELECT id, '0', 'group@1', 'open', clock_timestamp() FROM unnest(%s::bigint[]) AS n (id)
"""
STEPS = 4
STATE = bytes(range(256)) * 16


@dataclass(slots=True)
class Floor:
    """The floor on a connection of its own; `case` runs one whole case."""

    connection: psycopg.Connection

    @classmethod
    def prepare(cls, url: str) -> Floor:
        """Fresh tables and prepared statements, as the role that may make tables."""
        connection = psycopg.connect(url, prepare_threshold=1)
        connection.execute(TABLES)
        connection.commit()
        return cls(connection)

    def case(self) -> float:
        """Start and three completed tasks, four committed steps; the seconds that they took."""
        begun = time.perf_counter()
        cursor = self.connection.cursor()
        row = cursor.execute(START, (STATE,)).fetchone()
        assert row is not None
        instance = row[0]
        cursor.execute(
            EVENT,
            (
                instance,
                1,
                "somebody",
            ),
        )
        cursor.execute(TASK, (instance, "0", "group@1", "open"))
        self.connection.commit()
        for version in range(2, STEPS + 1):
            self._step(instance, version)
        return time.perf_counter() - begun

    def steps(self, many: int) -> float:
        """One more step of each of so many instances; the seconds that these steps took."""
        instances = self._instances(many)
        begun = time.perf_counter()
        for instance in instances:
            self._step(instance, 2)
        return time.perf_counter() - begun

    def starts(self, many: int, together: int) -> float:
        """So many new instances with one event and one task each, so many a transaction; the seconds."""
        begun = time.perf_counter()
        for first in range(0, many, together):
            self._instances(min(together, many - first))
        return time.perf_counter() - begun

    def _instances(self, many: int) -> list[int]:
        cursor = self.connection.cursor()
        instances = [row[0] for row in cursor.execute(START_MANY, (STATE, many)).fetchall()]
        cursor.execute(EVENT_MANY, (instances,))
        cursor.execute(TASK_MANY, (instances,))
        self.connection.commit()
        return instances

    def _step(self, instance: int, version: int) -> None:
        cursor = self.connection.cursor()
        cursor.execute(READ, (instance,)).fetchone()
        cursor.execute(UPDATE, (STATE, instance))
        cursor.execute(EVENT, (instance, version, str(uuid.UUID(int=instance))))
        cursor.execute(TASK, (instance, str(version), "group@1", "open"))
        self.connection.commit()

    def close(self) -> None:
        """Leave nothing behind."""
        self.connection.execute("DROP TABLE IF EXISTS floor_event, floor_task, floor_instance")
        self.connection.commit()
        self.connection.close()
