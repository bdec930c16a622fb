"""The plugin in a pytest of its own, as a project has it that uses it."""

DATAMODEL = "type User { id: ID! @id name: String! }"


def run(pytester, *arguments):
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


def test_the_option_gives_the_datamodel(pytester):
    pytester.makefile(".prisma", datamodel=DATAMODEL)
    pytester.makepyfile("""
        import json, urllib.request

        def test_one(refract_engine):
            refract_engine.execute('mutation { createUser(data: {name: "Ann"}) { id } }')
            assert refract_engine.execute("{ users { name } }") == {"users": [{"name": "Ann"}]}

        def test_every_test_has_its_own(refract_engine, refract_server):
            request = urllib.request.Request(refract_server.url, b'{"query": "{ users { name } }"}', {"Content-Type": "application/json"})
            assert json.load(urllib.request.urlopen(request)) == {"data": {"users": []}}
    """)
    run(pytester, "--refract", "datamodel.prisma").assert_outcomes(passed=2)


def test_the_marker_and_the_fixture_of_ones_own(pytester):
    pytester.makepyfile("""
        import pytest

        @pytest.mark.refract("type A { id: ID! @id }")
        def test_marked(refract_engine):
            assert refract_engine.execute("{ as: as { id } }") == {"as": []}

        class TestOwn:
            @pytest.fixture
            def refract_datamodel(self):
                return "type B { id: ID! @id }"

            def test_own(self, refract_engine):
                assert refract_engine.execute("{ bs { id } }") == {"bs": []}

        def test_none(refract_engine):
            refract_engine.deploy("type C { id: ID! @id }")
    """)
    run(pytester, "--strict-markers").assert_outcomes(passed=3)


def test_a_mistake_is_an_error_of_the_test(pytester):
    pytester.makefile(".prisma", datamodel="type User { id: ID! @id a: B }")
    pytester.makepyfile("def test_one(refract_engine): pass")
    result = run(pytester, "--refract", "datamodel.prisma")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*DeployError*"])


def test_on_postgres_nothing_is_left(pytester, postgres_url):
    import refract

    pytester.makefile(".prisma", datamodel=DATAMODEL)
    pytester.makepyfile("""
        def test_one(refract_engine):
            assert refract_engine.dialect == "postgres"
            assert refract_engine.execute("{ users { name } }") == {"users": []}
    """)
    run(pytester, "--refract", "datamodel.prisma", "--refract-url", postgres_url).assert_outcomes(passed=1)
    with refract.Pool(postgres_url) as pool:
        assert pool.execute("SELECT count(*) FROM information_schema.schemata WHERE schema_name LIKE 'test%$default'").rows == [(0,)]
