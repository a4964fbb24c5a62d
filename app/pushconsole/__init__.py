"""Push records to Algolia by hand and know, record by record, what happened."""

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    """Look the version up when it is asked for: that takes longer than starting the process that loads files."""
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415

        return version("pushconsole")
    raise AttributeError(name)
