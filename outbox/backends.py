"""Ways to send an SMS: settings.SMS_BACKEND names a class with `send(*, phone: str, text: str) -> None`.

It returns when the operator has taken the message and raises when not: three failures park it (docs/messages.md).
"""


class LogOnlySms:
    """Sends nothing: the delivering service has logged the masked phone and the kind of message, never the words."""

    def send(self, *, phone: str, text: str) -> None:
        return None
