"""上传: files that come in pieces over bad networks (tus 1.0.0), from their first byte until a programme has them."""
