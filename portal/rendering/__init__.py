"""What pages and documents of the portal are made of."""
