"""Providers and what we told them."""

import factory
from factory.django import DjangoModelFactory

from core.models import Provider


class ProviderFactory(DjangoModelFactory):
    """A provider of the sandbox; which address and secret it has, the environment says."""

    class Meta:
        model = Provider

    code = factory.Sequence(lambda number: f"TEST-{number}")
    name = factory.LazyAttribute(lambda provider: f"Company {provider.code}")
    key_id = factory.LazyAttribute(lambda provider: f"{provider.code}-1")
    secret_name = factory.LazyAttribute(lambda provider: f"ECOMNET_PROVIDER_{provider.code.replace('-', '_')}_SECRET")
