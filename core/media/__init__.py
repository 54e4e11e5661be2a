"""Videos, pictures and documents by their files alone: what they are, a picture of a video, and copies that do not say
who made them. Functions over paths; no database, no settings."""

from core.media.cleaning import CLEANABLE, CleaningRefused, clean_file
from core.media.facts import MEASURED, MediaFacts, MediaRefused, read_media
from core.media.posters import make_poster

__all__ = [
    "CLEANABLE",
    "MEASURED",
    "CleaningRefused",
    "MediaFacts",
    "MediaRefused",
    "clean_file",
    "make_poster",
    "read_media",
]
