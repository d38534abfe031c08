"""A real mail server on this machine that keeps what it is sent, or says no."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from aiosmtpd.controller import Controller


class Kept:
    """What the server was sent. With a `refusal` such as "451 later" it takes nothing more; of the address `unknown` it
    knows nothing."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refusal = self.unknown = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address == self.unknown:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusal:
            return self.refusal
        self.messages.append(BytesParser(policy=policy.default).parsebytes(envelope.content))
        return "250 taken"


@contextmanager
def mail_server() -> Iterator[tuple[Kept, int]]:
    """The server and its port, a free one."""
    kept = Kept()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield kept, port
    finally:
        controller.stop()
