"""The units of settings: each is a type, so that the reference and the JSON Schema can name it."""

from typing import Annotated

from msgspec import Meta

Share = Annotated[float, Meta(ge=0, le=1, extra={"unit": "share"})]
Rate = Annotated[float, Meta(ge=0, extra={"unit": "requests a second"})]
Duration = Annotated[str, Meta(extra={"unit": 'time: "500ms", "30s", "2m"'})]
JmesPath = Annotated[str, Meta(extra={"unit": "JMESPath"})]
