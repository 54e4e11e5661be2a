"""How controls look, once."""

CONTROL = {"class": "form-control"}
SELECT = {"class": "form-select"}
