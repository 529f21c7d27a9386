"""Django's back end for PostgreSQL, with a deadline for a server that answers nothing."""
