"""Messages as text: what each kind says by default, and the words it may put in. Pure."""
