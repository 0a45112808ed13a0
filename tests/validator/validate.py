"""Validates FHIR R4 document Bundles with the models of fhir.resources (R4 4.0.1).

Reads lines of `name<TAB>Bundle as JSON` from standard input, writes one line per finding to standard output and ends
with `validated N`. The models know types, required elements, cardinalities, formats and unknown elements; required
code lists and the kinds that a reference may lead to are only noted in them, so both are checked here.
"""

import sys

import fhir.resources
from fhir.resources.bundle import Bundle
from fhir.resources.core.fhirabstractmodel import FHIRAbstractModel
from pydantic import ValidationError

assert fhir.resources.__fhir_version__ == "4.0.1", fhir.resources.__fhir_version__


def values(model):
    """Every field of the model that has a value, with its metadata."""
    for name, field in model.__fields__.items():
        value = getattr(model, name, None)
        if value is not None:
            yield field.alias, field.field_info.extra, value if isinstance(value, list) else [value]


def findings(model, kinds, path):
    for name, extra, found in values(model):
        here = f"{path}.{name}"
        for value in found:
            allowed = extra.get("enum_values")
            if allowed and isinstance(value, str) and value not in allowed:
                yield f"{here}: not one of the codes that R4 requires here"
            targets = extra.get("enum_reference_types")
            address = getattr(value, "reference", None)
            if address is not None and name != "valueReference":
                kind = kinds.get(address)
                if kind is None:
                    yield f"{here}: leads to nothing in the Bundle"
                elif targets and kind not in targets and "Resource" not in targets:
                    yield f"{here}: R4 does not allow a reference to {kind} here"
            if isinstance(value, FHIRAbstractModel):
                yield from findings(value, kinds, here)


def validate(text):
    try:
        bundle = Bundle.parse_raw(text)
    except ValidationError as wrong:
        for error in wrong.errors():
            yield f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}"
        return
    kinds = {entry.fullUrl: entry.resource.resource_type for entry in bundle.entry}
    for number, entry in enumerate(bundle.entry):
        yield from findings(entry.resource, kinds, f"entry[{number}]({entry.resource.resource_type})")


def main():
    count = 0
    for line in sys.stdin:
        name, _, text = line.rstrip("\n").partition("\t")
        count += 1
        for finding in validate(text):
            print(f"{name}: {finding}")
    print(f"validated {count}")


main()
