"""History: what earlier runs came to, in one SQLite file that CI jobs share."""
