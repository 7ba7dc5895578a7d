"""The OpenAPI document: what FastAPI derives from the code, with the words and true examples that only people can give."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from center.document import words
from center.document.story import examples
from protocol.messages import CertificationBody, DecisionBody, NearListBody, RetireeBody

BODIES = (RetireeBody, CertificationBody, DecisionBody, NearListBody)
SCHEMAS = "#/components/schemas/"


def describe(app: FastAPI) -> None:
    """Let ``app`` serve the document."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def document(app: FastAPI) -> dict[str, Any]:
    """Made anew."""
    made = get_openapi(title=app.title, version=app.version, description=words.ABOUT, routes=app.routes)
    made["tags"] = [{"name": name, "description": text} for name, text in words.TAGS.items()]
    schemas = made["components"]["schemas"]
    _definitions, told = models_json_schema([(body, "validation") for body in BODIES], ref_template=SCHEMAS + "{model}")
    schemas |= told["$defs"]
    for name, schema in schemas.items():
        _schema(name, schema)
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            _operation(f"{method.upper()} {path}", operation)
    return made


def _schema(name: str, schema: dict[str, Any]) -> None:
    schema["description"] = words.SCHEMAS.get(name, schema.get("description", ""))
    for field, about in schema.get("properties", {}).items():
        about["description"] = words.CLOSER.get(
            f"{name}.{field}", words.FIELDS.get(field, about.get("description", ""))
        )
    if name in examples():
        schema["examples"] = [examples()[name]]


def _operation(name: str, operation: dict[str, Any]) -> None:
    operation["description"] = words.OPERATIONS[name]
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for content in [body["content"] for body in bodies if "content" in body]:
        reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
        example = examples().get(reference.removeprefix(SCHEMAS))
        if example is not None:
            content["application/json"]["example"] = example
    for status, response in operation["responses"].items():
        if response.get("description") == "Successful Response":
            response["description"] = "成功"
        if status == "204" or status == "201":
            response["headers"] = {"Upload-Offset": {"description": "已经收到的长度", "schema": {"type": "string"}}}
