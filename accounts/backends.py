"""How an account is found at sign-in; axes counts failures by account and address (pitfall 29)."""
