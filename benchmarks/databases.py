"""Databases made for one run of a benchmark and gone after it: SQLite in a folder, PostgreSQL where one answers."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

KINDS = ("sqlite", "postgres")


def server_url() -> str:
    """The PostgreSQL that is asked for a database: DATABASE_URL if it names one, else the local socket."""
    given = os.environ.get("DATABASE_URL", "")
    return given if given.startswith("postgres") else "postgres:///test"


def unreachable(kind: str) -> str:
    """Why there is no database of this kind; empty where there is one."""
    if kind == "sqlite":
        return ""
    try:
        _connect(server_url()).close()
    except psycopg.OperationalError as error:
        return str(error).strip().splitlines()[0]
    return ""


@contextmanager
def scratch_database(kind: str, folder: Path, name: str) -> Iterator[str]:
    """The address of an empty database that is dropped at the end (SQLite: goes with its folder)."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / name}.sqlite3"
        return
    database = f"mingping_bench_{os.getpid()}_{name}"
    server = server_url()  # the caller may point DATABASE_URL at the new database
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
    with _connect(server) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    try:
        yield re.sub(r"^(\w+://[^/]*)/[^?]*", rf"\g<1>/{database}", server)
    finally:
        with _connect(server) as connection:
            connection.execute(drop)


def _connect(server: str) -> psycopg.Connection:
    return psycopg.connect(server.replace("postgres://", "postgresql://", 1), autocommit=True, connect_timeout=5)
