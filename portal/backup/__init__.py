"""A copy of everything that the portal keeps, and the way back from it."""
