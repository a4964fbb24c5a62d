"""Push records to Algolia by hand and know, record by record, what happened."""

from importlib.metadata import version

__version__ = version("pushconsole")
