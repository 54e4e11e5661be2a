"""Charts of numbers, drawn on the server as plain geometry; templates write the SVG."""
