"""The API's shared pieces: one verb per POST, problem documents, cursor pages, and a schema that tells all of it."""

import re
from importlib import import_module
from typing import Any, ClassVar, Literal

import orjson
import structlog
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext_lazy
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from core.access import why_stopped
from core.database.db import is_away
from core.errors import DatabaseUnavailable, Refused, TooBusy, TooMany, problem_document
from core.keys.services import Answer, KeyMissing, KeyReused, KeyRunning, once
from core.money import AmountNotExact, SentAmount, is_currency
from core.problems import INVALID, NOT_ALLOWED, NOT_FOUND, SENTENCES
from core.serializers import ReadSerializer
from core.web.pagination import CursorInvalid
from core.wire import dumps

logger = structlog.get_logger(__name__)

PROBLEM = "application/problem+json"


class Problem(serializers.Serializer):
    """RFC 9457 problem details. `code` is stable; `detail` is a sentence in the reader's language."""

    type = serializers.CharField(help_text="The address of a page that explains the code.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )
    params = serializers.DictField(required=False)


class VerbView(APIView):
    """One verb: POST with an Idempotency-Key, run once, answered with problem details when a rule says no.

    A subclass names `requires` (the grant), `In` and `Out` (serializers), `success_status`, `refusals` (for the
    schema) and implements `act`, which makes one service call and returns the row that `Out` shows.
    """

    requires: ClassVar[str]
    one_object: ClassVar[bool] = False
    In: ClassVar[type[serializers.Serializer] | None] = None
    Out: ClassVar[type[serializers.Serializer] | None] = None
    success_status: ClassVar[int] = 200
    refusals: ClassVar[tuple[type[Refused], ...]] = ()
    in_example: ClassVar[dict[str, Any] | None] = None
    out_example: ClassVar[dict[str, Any] | None] = None

    def act(self, *args: Any, **given: Any) -> Any:
        """Load with `core.access.load` or `open_to`, call one service, return what `Out` shows.

        Given by name: the signed-in `user`, the validated `data` of `In`, the instant `at`, the `key`, and what the
        address holds.
        """
        raise NotImplementedError

    def shown(self, made: Any) -> dict[str, Any]:
        """What `act` returned, as `Out` describes it."""
        return self.Out(made).data if self.Out and issubclass(self.Out, ReadSerializer) else made

    def content_of(self, request: Any) -> Any:
        """What makes a second request with this key the same one."""
        return request.data

    def post(self, request: Any, **path: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        serializer = self.In(data=request.data) if self.In else None
        if serializer:
            serializer.is_valid(raise_exception=True)
        data = serializer.validated_data if serializer else {}
        at = now()

        def run() -> Answer:
            made = self.act(user=request.user, data=data, at=at, key=key, **path)
            return Answer(self.success_status, jsonable(self.shown(made)))

        answer = once(
            person=str(request.user.pk),
            operation=f"{self.requires} {request.path}",
            key=key,
            content=self.content_of(request),
            run=run,
        )
        return respond(answer)


def respond(answer: Answer) -> Response:
    """An answer of `once` as a response, refusals as problem documents, repetitions marked."""
    response = Response(answer.body, status=answer.status)
    if answer.is_refusal:
        response.content_type = PROBLEM
    if answer.replayed:
        response["Idempotent-Replayed"] = "true"
    return response


def jsonable(data: dict[str, Any]) -> dict[str, Any]:
    """The same data as plain JSON values, so that the first answer and its repetitions are the same bytes."""
    return orjson.loads(dumps(data))


def explain(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal as RFC 9457 problem details; anything unknown is a bug and stays one."""
    if is_away(exc):
        logger.error("database_unavailable", exc_info=exc)
        exc = DatabaseUnavailable()
    if isinstance(exc, Refused):
        logger.info("refused", code=exc.code, status=exc.status)
        response = Response(exc.problem(), status=exc.status, content_type=PROBLEM)
        if exc.retry_after:
            response["Retry-After"] = str(exc.retry_after)
        return response
    known = exception_handler(exc, context)
    if known is not None:
        known.data = _problem_of(exc, known, context)
        known.content_type = PROBLEM
    return known


def _problem_of(exc: Exception, response: Response, context: dict[str, Any]) -> dict[str, Any]:
    if isinstance(exc, exceptions.ValidationError):
        code, detail = INVALID, str(SENTENCES[INVALID])
    elif isinstance(exc, Http404 | exceptions.NotFound):
        code, detail = NOT_FOUND, str(SENTENCES[NOT_FOUND])
    elif isinstance(exc, PermissionDenied | exceptions.PermissionDenied):
        code, detail = NOT_ALLOWED, _stopped(context) or str(SENTENCES[NOT_ALLOWED])
    else:
        code = getattr(exc, "default_code", "error")
        detail = str(getattr(exc, "detail", exc))
    problem = problem_document(code, response.status_code, detail)
    if isinstance(exc, exceptions.ValidationError):
        problem["errors"] = _errors_by_field(exc.detail)
    return problem


def _stopped(context: dict[str, Any]) -> str:
    """Why somebody who might do this otherwise may not just now."""
    verb = getattr(context.get("view"), "requires", None)
    return why_stopped(context["request"].user, verb) if verb else ""


def _errors_by_field(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    if isinstance(detail, dict):
        errors: dict[str, list[str]] = {}
        for name, inner in detail.items():
            errors.update(_errors_by_field(inner, f"{prefix}.{name}" if prefix else str(name)))
        return errors
    if isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        errors = {}
        for index, inner in enumerate(detail):
            errors.update(_errors_by_field(inner, f"{prefix}.{index}"))
        return errors
    return {prefix or "non_field_errors": [str(item) for item in (detail if isinstance(detail, list) else [detail])]}


class Schema(AutoSchema):
    """OpenAPI for our views: keys, problem documents and examples are stated once, here."""

    view: Any

    @property
    def _is_verb(self) -> bool:
        """A view that answers GET beside its verb is two operations."""
        return isinstance(self.view, VerbView) and self.method in ("POST", "PATCH")

    def get_summary(self) -> str:
        """The first clause of the description: `List payments` of "List payments, newest first."."""
        return re.split(r"[.,;:](?:\s|$)", self.get_description(), maxsplit=1)[0]

    def get_operation_id(self) -> str:
        """`billPaymentsCreate`: a name that program generators make a method of, and that an address may hold."""
        first, *others = super().get_operation_id().split("_")
        return first + "".join(other.capitalize() for other in others)

    def get_tags(self) -> list[str]:
        """The slice that the view stands in, as people name it; `tag_texts` explains it."""
        return [tag_of(self.view.__module__)]

    def get_override_parameters(self) -> list[Any]:
        if not self._is_verb:
            return []
        return [
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                required=True,
                pattern=r"^[A-Za-z0-9._-]{16,64}$",
                description="Made and stored where the button is pressed; the same key gives the first answer again.",
            )
        ]

    def get_request_serializer(self) -> Any:
        return self.view.In if self._is_verb else super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        if self._is_verb:
            return {self.view.success_status: self.view.Out or OpenApiResponse(description="Done.")}
        return super().get_response_serializers() or {200: OpenApiResponse(description="Done.")}

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        """What was declared, and the problem documents that any view of its kind may answer with."""
        bodies = super()._get_response_bodies(direction)
        for (status, media_type), problem in self._problems().items():
            if str(status) not in bodies:
                bodies[str(status)] = self._get_response_for_code(problem, str(status), [media_type], direction)
        return dict(sorted(bodies.items()))

    def get_examples(self) -> list[OpenApiExample]:
        if not self._is_verb:
            return [
                OpenApiExample("Example", value=value, response_only=True)
                for value in [getattr(self.view, "out_example", None)]
                if value is not None
            ]
        examples = []
        if self.view.in_example is not None:
            sent_as = self.map_parsers()[0]
            examples.append(
                OpenApiExample("Request", value=self.view.in_example, request_only=True, media_type=sent_as)
            )
        if self.view.out_example is not None:
            examples.append(
                OpenApiExample(
                    "Answer",
                    value=self.view.out_example,
                    response_only=True,
                    status_codes=[str(self.view.success_status)],
                )
            )
        return examples

    def _goes_on(self) -> bool:
        """Whether the answer is a page of a list that continues."""
        declared = {parameter["name"] for parameter in self._get_parameters()}
        return not declared.isdisjoint({"cursor", "after", "before_version"})

    def _problems(self) -> dict[tuple[int, str], OpenApiResponse]:
        # A token that is over is told so everywhere, also where none is needed.
        # So is too much at once, before anything is read (`core.web.rate_limits`, `core.web.load_shedding`).
        statuses: dict[int, set[str]] = {
            401: {"authentication_failed"},
            404: {"not_found"},
            429: {TooMany.code},
            503: {TooBusy.code, DatabaseUnavailable.code},
        }
        if getattr(self.view, "requires", "") != "public":
            statuses[401].add("not_authenticated")
            statuses[403] = {"not_allowed"}
        refusals = () if isinstance(self.view, VerbView) else getattr(self.view, "refusals", ())
        if self._is_verb:
            statuses[400] = {"invalid"}
            statuses |= {413: {"body_too_large"}, 415: {"unsupported_media_type"}}
            refusals = (*self.view.refusals, KeyMissing, KeyRunning, KeyReused, *_of_amounts(self.view.In))
        else:
            statuses[400] = {"invalid", CursorInvalid.code} if self._goes_on() else {"invalid"}
        for refusal in refusals:
            statuses.setdefault(refusal.status, set()).add(refusal.code)
        return {
            (status, PROBLEM): OpenApiResponse(Problem, description=", ".join(sorted(codes)))
            for status, codes in sorted(statuses.items())
        }


def tag_of(module: str) -> str:
    """The name of a slice in the API's documents: `finance.day_closes.api` is "Day closes"."""
    return module.split(".")[1].replace("_", " ").capitalize()


def describe_tags(result: dict[str, Any], generator: Any, **_: Any) -> dict[str, Any]:
    """A hook of the schema: each tag with the first line of its slice's docstring, in the order of the alphabet."""
    texts = {}
    used = {tag for item in result["paths"].values() for operation in item.values() for tag in operation["tags"]}
    for _path, _regex, _method, callback in generator.endpoints:
        module = callback.cls.__module__
        package = import_module(".".join(module.split(".")[:2]))
        texts[tag_of(module)] = (package.__doc__ or "").strip().splitlines()[0]
    result["tags"] = [{"name": name, "description": text} for name, text in sorted(texts.items()) if name in used]
    return result


def _of_amounts(serializer: type[serializers.Serializer] | None) -> tuple[type[Refused], ...]:
    """What a verb refuses of the amounts in its body."""
    return (AmountNotExact,) if serializer and amounts_in(serializer()) else ()


def amounts_in(field: serializers.Field, path: str = "") -> dict[str, "NonNegativeAmountField"]:
    """The amounts of a request by where they stand: `amount`, `lines.value`."""
    if isinstance(field, NonNegativeAmountField):
        return {path: field}
    inner = getattr(field, "child", None)
    below = {"": inner} if inner is not None else getattr(field, "fields", {})
    found: dict[str, NonNegativeAmountField] = {}
    for name, each in below.items():
        found |= amounts_in(each, ".".join(filter(None, (path, name))))
    return found


class NonNegativeAmountField(serializers.RegexField):
    """A decimal string such as `186.40`, not below zero; the service reads it in the currency that it is in.

    Numbers of JSON are refused: a reader may have made 186.4 of 186.40, or 186.39999. So are blanks around it.
    """

    pattern = r"\A[0-9]{1,13}(\.[0-9]{1,3})?\Z"
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": gettext_lazy("An amount is a string of digits with all decimals of its currency, such as 186.40.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(regex=self.pattern, max_length=20, trim_whitespace=False, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        text = super().run_validation(data)
        return SentAmount(text, self._named) if isinstance(text, str) else text

    @property
    def _named(self) -> str:
        """The field of the request that this stands in, also where it is one of a list of lines."""
        field: serializers.Field = self
        while field.parent is not None and field.parent.parent is not None:
            field = field.parent
        return field.field_name


class AmountField(NonNegativeAmountField):
    """An amount above zero."""

    default_error_messages: ClassVar[dict[str, Any]] = {"zero": gettext_lazy("The amount must be above zero.")}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        sent = super().run_validation(data)
        if isinstance(sent, SentAmount) and not sent.text.strip("0."):
            self.fail("zero")
        return sent


class SignedAmountField(NonNegativeAmountField):
    """An amount that may be below zero, such as the balance of what came and went."""

    pattern = r"\A-?[0-9]{1,13}(\.[0-9]{1,3})?\Z"


class CurrencyField(serializers.RegexField):
    """The ISO 4217 code of a currency that exists."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(regex=r"^[A-Z]{3}$", **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        code = super().run_validation(data)
        if not is_currency(code):
            raise serializers.ValidationError("No such currency.")
        return code
