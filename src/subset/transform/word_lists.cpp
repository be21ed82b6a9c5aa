#include "subset/transform/word_lists.h"

namespace millrace::subset {
namespace {

constexpr std::string_view kFirstNames[] = {
    "Aaliyah", "Aarav",     "Abena",    "Adaeze",   "Agnieszka", "Aiko",    "Akira",   "Alejandro", "Alice",     "Amara",
    "Amélie",  "Amina",     "Anaïs",    "Anders",   "Andrea",    "Anjali",  "Anouk",   "Antonín",   "Aoife",     "Ariadne",
    "Arthur",  "Asha",      "Astrid",   "Aurélien", "Ayşe",      "Beatriz", "Benedek", "Björn",     "Bongani",   "Brigid",
    "Camille", "Carlos",    "Catarina", "Chiara",   "Chinwe",    "Ciarán",  "Clara",   "Daichi",    "Dalia",     "Darius",
    "David",   "Deniz",     "Diego",    "Dimitra",  "Đorđe",     "Ebba",    "Eduardo", "Eilidh",    "Elena",     "Elif",
    "Emeka",   "Emil",      "Emma",     "Enrique",  "Erik",      "Esther",  "Farah",   "Fatima",    "Felix",     "Fiona",
    "Florin",  "Françoise", "Freya",    "Gabriel",  "Giulia",    "Grace",   "Gustav",  "Hana",      "Haruto",    "Hassan",
    "Helga",   "Henrik",    "Hugo",     "Ibrahim",  "Ines",      "Ingrid",  "Isabel",  "Ivan",      "Jakub",     "Jamal",
    "Jana",    "Jesús",     "João",     "Johanna",  "Jorge",     "Jürgen",  "Kamala",  "Karin",     "Kateřina",  "Kenji",
    "Khadija", "Kofi",      "Kwame",    "Laila",    "Lars",      "László",  "Leila",   "Leon",      "Linnéa",    "Lucía",
    "Łukasz",  "Maja",      "Malik",    "Marek",    "Maria",     "Mateus",  "Mei",     "Mehmet",    "Mila",      "Minh",
    "Miriam",  "Mónica",    "Naledi",   "Nadia",    "Nikolai",   "Noah",    "Noor",    "Olga",      "Oluwaseun", "Omar",
    "Oskar",   "Paloma",    "Pedro",    "Petra",    "Priya",     "Rafael",  "Rania",   "Renée",     "Rohan",     "Rosa",
    "Ruth",    "Samuel",    "Sanjay",   "Sara",     "Sigrún",    "Siobhán", "Sofia",   "Søren",     "Sunita",    "Tamar",
    "Tariq",   "Thandiwe",  "Tomás",    "Tuan",     "Ursula",    "Vera",    "Viktor",  "Wanjiru",   "Wei",       "Xavier",
    "Yasmin",  "Yuki",      "Zainab",   "Zoë",      "Zsófia"};

constexpr std::string_view kLastNames[] = {
    "Abebe",     "Acheampong", "Adeyemi",    "Ahmed",     "Alvarez",   "Andersson",  "Antonescu", "Arslan",    "Bailey",
    "Banerjee",  "Barbosa",    "Becker",     "Bergström", "Bianchi",   "Bjarnason",  "Błaszczyk", "Boateng",   "Brennan",
    "Bui",       "Byrne",      "Campbell",   "Castillo",  "Çelik",     "Chatterjee", "Chen",      "Chukwu",    "Ćosić",
    "Costa",     "Cruz",       "Dahl",       "Danso",     "Demir",     "Diallo",     "Díaz",      "Dlamini",   "Dubois",
    "Dvořák",    "Eriksen",    "Evans",      "Farkas",    "Fernandes", "Ferrari",    "Fischer",   "Fontaine",  "Forsberg",
    "Fujita",    "Gallagher",  "García",     "Georgiou",  "Gomes",     "González",   "Green",     "Grigoryan", "Gupta",
    "Haddad",    "Hakimi",     "Halonen",    "Hansen",    "Hashimoto", "Hernández",  "Hoffmann",  "Horvat",    "Hughes",
    "Ibáñez",    "Ito",        "Ivanov",     "Jansen",    "Jensen",    "Jovanović",  "Kamau",     "Kaplan",    "Kaya",
    "Khan",      "Kim",        "Kowalska",   "Kruger",    "Kumar",     "Laurent",    "Lê",        "Leclère",   "Lindqvist",
    "Lopes",     "Lundgren",   "MacLeod",    "Mahlangu",  "Martins",   "Mbeki",      "Mehta",     "Mensah",    "Molnár",
    "Moreau",    "Müller",     "Murphy",     "Mwangi",    "Nakamura",  "Nguyen",     "Nielsen",   "Novák",     "Núñez",
    "Nwosu",     "Okafor",     "Olsen",      "Ortega",    "Osei",      "Øvergård",   "Papadakis", "Park",      "Patel",
    "Pavlov",    "Pereira",    "Petrescu",   "Quinn",     "Rahman",    "Ramírez",    "Rao",       "Ricci",     "Rossi",
    "Saito",     "Salazar",    "Santos",     "Sato",      "Schäfer",   "Schneider",  "Sharma",    "Silva",     "Singh",
    "Sørensen",  "Sousa",      "Strauß",     "Suzuki",    "Szabó",     "Takahashi",  "Tanaka",    "Tesfaye",   "Thompson",
    "Torres",    "Tran",       "Tshabalala", "Ueda",      "Vargas",    "Vasquez",    "Virtanen",  "Vogel",     "Wagner",
    "Walsh",     "Wang",       "Watanabe",   "Weber",     "Williams",  "Wójcik",     "Yamamoto",  "Yıldız",    "Zhang",
    "Zieliński", "Zimmermann"};

constexpr std::string_view kPlaceBeginnings[] = {
    "Alder", "Ash",    "Barrow", "Birch", "Black", "Bram",   "Brook", "Clay",  "Cold",  "Copper", "Crane", "Dun",
    "East",  "Elm",    "Fair",   "Fern",  "Fox",   "Glen",   "Gold",  "Green", "Hart",  "Hazel",  "Heron", "High",
    "Holly", "Iron",   "Kings",  "Lang",  "Lark",  "Linden", "Long",  "Maple", "Marl",  "Mill",   "Moor",  "New",
    "North", "Oak",    "Old",    "Otter", "Pine",  "Quarry", "Raven", "Red",   "Rowan", "Salt",   "Sand",  "Silver",
    "South", "Spring", "Stone",  "Swan",  "Thorn", "Wald",   "West",  "White", "Wil",   "Winter", "Wolf",  "Wood"};
constexpr std::string_view kPlaceEnds[] = {"bourne", "bridge", "brook", "burn",   "bury",    "by",    "cliff", "combe", "cross",
                                           "dale",   "den",    "field", "ford",   "gate",    "ham",   "haven", "hill",  "holm",
                                           "hurst",  "ley",    "marsh", "mere",   "minster", "mouth", "pool",  "port",  "ridge",
                                           "shaw",   "stead",  "stow",  "thorpe", "ton",     "vale",  "water", "well",  "wick"};
constexpr std::string_view kStreetKinds[] = {"Street", "Road",  "Lane",  "Avenue", "Way",     "Court",
                                             "Close",  "Drive", "Place", "Row",    "Terrace", "Walk"};
constexpr std::string_view kTrades[] = {
    "Analytics",   "Bakery",     "Bearings", "Bindery",   "Brewing", "Cables",    "Ceramics",  "Chemicals",   "Clothing",
    "Components",  "Consulting", "Controls", "Dairy",     "Design",  "Electric",  "Energy",    "Engineering", "Farms",
    "Fisheries",   "Foods",      "Forestry", "Foundry",   "Freight", "Furniture", "Glass",     "Holdings",    "Housing",
    "Instruments", "Insurance",  "Joinery",  "Labs",      "Leather", "Lighting",  "Logistics", "Machines",    "Marine",
    "Media",       "Medical",    "Metals",   "Mills",     "Mining",  "Motors",    "Networks",  "Optics",      "Outfitters",
    "Paper",       "Partners",   "Plastics", "Press",     "Pumps",   "Rail",      "Research",  "Robotics",    "Seeds",
    "Shipping",    "Software",   "Solar",    "Steel",     "Studios", "Supply",    "Systems",   "Textiles",    "Timber",
    "Tools",       "Toys",       "Trading",  "Transport", "Travel",  "Turbines",  "Valves",    "Ventures",    "Water",
    "Wines",       "Works"};
constexpr std::string_view kCompanyForms[] = {"Ltd", "Inc", "GmbH", "AG", "SA", "BV", "AB", "Oy", "SpA", "Kft", "Pty", "LLC"};

struct Plain {
  std::string_view marked, plain;
};
constexpr Plain kPlain[] = {{"á", "a"}, {"ä", "a"}, {"ã", "a"}, {"å", "a"},  {"ç", "c"}, {"Ç", "C"}, {"ć", "c"}, {"Ć", "C"},
                            {"đ", "d"}, {"Đ", "D"}, {"é", "e"}, {"è", "e"},  {"ê", "e"}, {"ë", "e"}, {"í", "i"}, {"ï", "i"},
                            {"ı", "i"}, {"ł", "l"}, {"Ł", "L"}, {"ñ", "n"},  {"ń", "n"}, {"ó", "o"}, {"ö", "o"}, {"ø", "o"},
                            {"Ø", "O"}, {"ř", "r"}, {"ş", "s"}, {"ß", "ss"}, {"ú", "u"}, {"ü", "u"}};

}  // namespace

std::span<const std::string_view> first_names() noexcept { return kFirstNames; }
std::span<const std::string_view> last_names() noexcept { return kLastNames; }
std::span<const std::string_view> place_beginnings() noexcept { return kPlaceBeginnings; }
std::span<const std::string_view> place_ends() noexcept { return kPlaceEnds; }
std::span<const std::string_view> street_kinds() noexcept { return kStreetKinds; }
std::span<const std::string_view> trades() noexcept { return kTrades; }
std::span<const std::string_view> company_forms() noexcept { return kCompanyForms; }

void append_ascii(std::string& to, std::string_view name) {
  while (!name.empty()) {
    if (static_cast<unsigned char>(name[0]) < 0x80) {
      to.push_back(name[0]);
      name.remove_prefix(1);
      continue;
    }
    std::size_t taken = 1;
    for (const Plain& each : kPlain) {
      if (!name.starts_with(each.marked)) continue;
      to.append(each.plain);
      taken = each.marked.size();
      break;
    }
    name.remove_prefix(taken);
  }
}

}  // namespace millrace::subset
