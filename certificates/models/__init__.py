from certificates.models.batches import Batch
from certificates.models.certificates import Certificate, Series
from certificates.models.layouts import Asset, Layout

__all__ = ["Asset", "Batch", "Certificate", "Layout", "Series"]
