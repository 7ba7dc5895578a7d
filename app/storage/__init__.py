"""The encrypted store: SQLCipher through SQLAlchemy, migrations, the vault."""
