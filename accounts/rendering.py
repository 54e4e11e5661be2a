"""Accounts as shown to their owners and organisers."""

from core.text.masks import mask_phone


def mask_email(email: str | None) -> str:
    """li****@example.com: two characters of the name at most; empty where there is none."""
    if not email:
        return ""
    name, _, host = email.partition("@")
    shown = name[:2] if len(name) > 3 else name[:1]
    return f"{shown}****@{host}"


def masked_contacts(phone: str | None, email: str | None) -> str:
    """Phone and e-mail masked, side by side; empty where there is neither."""
    return " · ".join(part for part in (mask_phone(phone) if phone else "", mask_email(email)) if part)
