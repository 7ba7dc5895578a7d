"""The center as an ASGI application for several uvicorn workers; the database's address comes from CENTER_DATABASE."""

import os

from center.app import create_app
from center.database import make_engine

app = create_app(make_engine(os.environ["CENTER_DATABASE"]))
