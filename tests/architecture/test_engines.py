"""The engines know no web framework: they are usable as libraries."""

import grimp
import pytest

#: A module with one of these names, and everything below it, must not reach Django by any chain of imports.
DJANGO_FREE = {"readers", "engine", "findings", "outputs", "reconcile", "passcode", "plan", "solver", "rules"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("lianfang", include_external_packages=True)


def django_free_modules(graph: grimp.ImportGraph) -> list[str]:
    return sorted(
        module
        for module in graph.modules
        if module.startswith("lianfang.")
        and ".tests" not in module
        and (DJANGO_FREE & set(module.split(".")[1:]) or module == "lianfang.linkage.fields")
    )


def test_no_chain_of_imports_leads_from_an_engine_to_django(graph: grimp.ImportGraph) -> None:
    modules = django_free_modules(graph)
    assert "lianfang.linkage.fields" in modules
    chains = [graph.find_shortest_chain(module, "django") for module in modules]
    assert [" > ".join(chain) for chain in chains if chain] == []


def test_the_demo_is_made_without_django(graph: grimp.ImportGraph) -> None:
    modules = [module for module in graph.modules if module.startswith("lianfang.demo")]
    chains = [graph.find_shortest_chain(module, "django") for module in modules if ".tests" not in module]
    assert [" > ".join(chain) for chain in chains if chain] == []


def test_models_do_reach_django(graph: grimp.ImportGraph) -> None:
    """The rule above can fail: this is what it would see."""
    assert graph.find_shortest_chain("lianfang.kernel.models", "django")
