// Test that the header is self-contained.
#include <refract/prisma1/inflection.hpp>

#include <string>
#include <utility>

#include <catch2/catch.hpp>

using refract::prisma1::plural_name;

TEST_CASE("prisma1::plural_name: as evo-inflector forms them", "[prisma1][inflection]") {
    std::pair<char const*, char const*> const cases[] = {
        {"User", "Users"}, {"Todo", "Todoes"}, {"Post", "Posts"}, {"Category", "Categories"}, {"Person", "Persons"},
        {"Child", "Children"}, {"Man", "Men"}, {"Woman", "Women"}, {"Hero", "Heroes"}, {"Photo", "Photos"},
        {"Video", "Videos"}, {"Address", "Addresses"}, {"Status", "Statuses"}, {"Bus", "Buses"}, {"Box", "Boxes"},
        {"Quiz", "Quizzes"}, {"News", "Newses"}, {"Series", "Serieses"}, {"Species", "Specieses"}, {"Fish", "Fishs"},
        {"Sheep", "Sheeps"}, {"Equipment", "Equipments"}, {"Data", "Datas"}, {"Datum", "Data"}, {"Media", "Medias"},
        {"Medium", "Mediums"}, {"Mouse", "Mice"}, {"Goose", "Geese"}, {"Foot", "Feet"}, {"Leaf", "Leaves"},
        {"Knife", "Knives"}, {"Wolf", "Wolves"}, {"Day", "Days"}, {"Key", "Keys"}, {"Company", "Companies"},
        {"Analysis", "Analyses"}, {"Basis", "Bases"}, {"Index", "Indexes"}, {"Matrix", "Matrixes"}, {"Vertex", "Vertexes"},
        {"Alias", "Aliases"}, {"Lens", "Lenses"}, {"Virus", "Viruses"}, {"Campus", "Campuses"}, {"Criterion", "Criteria"},
        {"Schema", "Schemas"}, {"Persona", "Personae"}, {"Church", "Churches"}, {"Class", "Classes"}, {"Test", "Tests"},
        {"Users", "Userses"}, {"Items", "Itemses"}, {"Settings", "Settingses"}, {"USA", "USAs"}, {"Foo", "Foos"},
        {"Potato", "Potatoes"}, {"Memo", "Memoes"}, {"Logo", "Logoes"}, {"Radio", "Radios"}, {"UserInfo", "UserInfoes"},
        {"Auto", "Autos"}, {"Macro", "Macros"}, {"Casino", "Casinos"}, {"Info", "Infoes"}, {"Chef", "Chefs"},
        {"Roof", "Roofs"}, {"Shelf", "Shelves"}, {"Thief", "Thiefs"}, {"Ox", "Oxes"}, {"Pox", "Poxs"}, {"Corps", "Corpses"},
        {"Homework", "Homeworks"}, {"Sugar", "Sugars"}, {"A", "As"}, {"S", "Ses"}, {"Customer_Order", "Customer_Orders"},
        {"Model1", "Model1s"},
        {"German", "Germen"}, {"Human", "Humans"}, {"PostMan", "Postmen"}, {"Mongoose", "Mongooses"}, {"UserChild", "UserChildren"},
        {"Scissors", "Scissorses"}, {"BlogPhoto", "BlogPhotos"},
    };
    for (auto const& [model, plural] : cases) {
        CHECK(plural_name(model) == plural);
    }
    CHECK(plural_name("") == "S");
}
