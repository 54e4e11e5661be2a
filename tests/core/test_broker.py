"""The embedded broker: kombu's own let a worker take a message that was not written yet.

Queues are named apart: kombu remembers in the process which it has declared.
"""

import threading

import pytest
from kombu import Connection


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "queue").mkdir()
    return tmp_path


@pytest.fixture
def connect(folder):
    options = {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "control_folder": str(folder / "control"),
        "processed_folder": str(folder),
    }
    return lambda: Connection("filesystem://localhost", transport="core.broker.Transport", transport_options=options)


def test_a_message_arrives_as_it_was_sent(connect):
    with connect() as connection:
        queue = connection.SimpleQueue("single")
        queue.put({"certificate_id": 7})
        message = queue.get(timeout=2)

    assert message.payload == {"certificate_id": 7}


def test_messages_taken_while_others_are_written_are_whole(connect):
    sent = 200

    def send():
        with connect() as connection:
            queue = connection.SimpleQueue("letters")
            for number in range(sent):
                queue.put({"number": number, "text": "字" * 500})

    sender = threading.Thread(target=send)
    got = set()
    with connect() as connection:
        queue = connection.SimpleQueue("letters")
        sender.start()
        while len(got) < sent:
            got.add(queue.get(timeout=5).payload["number"])
    sender.join()

    assert got == set(range(sent))
