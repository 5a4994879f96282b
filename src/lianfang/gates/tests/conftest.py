from lianfang.gates.tests.town import built  # noqa: F401  # the fixture `place`
