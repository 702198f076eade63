"""Invented names, jobs and worksites; nobody here is real, every address is under example.org."""

GIVEN = (
    *("Adaeze", "Aaliyah", "Amir", "Ana", "Beatriz", "Brigid", "Camila", "Chidi", "Daniel", "Dolores", "Elif", "Emeka"),
    *("Esperanza", "Farah", "Gabriel", "Grace", "Hai", "Hana", "Inés", "Isaac", "Jamal", "Joaquín", "Kaito", "Keisha"),
    *("Leila", "Linh", "Luis", "Malik", "Marisol", "Mateo", "Naomi", "Nia", "Omar", "Paloma", "Priya", "Quan"),
    *("Rafael", "Rosa", "Samuel", "Sofía", "Tariq", "Thuy", "Valentina", "Wei", "Ximena", "Yusuf", "Zainab", "Zoë"),
)
FAMILY = (
    *("Abdi", "Acosta", "Alvarado", "Barbosa", "Bauer", "Brooks", "Callahan", "Cárdenas", "Chen", "Dang", "Desrosiers"),
    *("Diallo", "Escobar", "Fernandes", "Flores", "Gauthier", "Gomez", "Haddad", "Hoang", "Ibrahim", "Jeffries"),
    *("Kamara", "Kowalski", "Lambert", "Lopez", "Mbeki", "Mendoza", "Murphy", "Nakamura", "Nguyen", "O'Malley", "Obi"),
    *(
        "Okafor",
        "Ortiz",
        "Papadakis",
        "Pereira",
        "Quintero",
        "Rahman",
        "Reyes",
        "Salgado",
        "Santos",
        "Silva",
        "Tavares",
    ),
    *("Tran", "Ueda", "Vargas", "Washington", "Xavier", "Yilmaz", "Zamora"),
)
SITES = (
    *("Boatyard", "Bakery", "Clinic", "Library", "Museum", "Credit Union", "Greenhouse", "Print Shop", "Bike Works"),
    *("Radio Station", "Credit Office", "Food Bank", "Theater", "Repair Café", "Parks Crew", "Robotics Lab"),
)
STREETS = ("Saltmarsh", "Lantern", "Ropewalk", "Causeway", "Orchard", "Foundry", "Harbor", "Mill", "Beacon", "Copper")
SECTORS = ("Health care", "Public sector", "Finance", "Media", "Manufacturing", "Culture", "Retail", "Education")
JOBS = (
    ("Front desk intern", ("Customer service", "Scheduling", "Confidentiality"), "Greet visitors;Confirm appointments"),
    ("Workshop intern", ("Reading a drawing", "Measuring", "Safe use of hand tools"), "Assemble kits;Test to a list"),
    (
        "Garden intern",
        ("Plant identification", "Watering and planting", "Working outdoors"),
        "Plant beds;Weed and mulch",
    ),
    (
        "Media intern",
        ("Interviewing", "Audio editing", "Writing for the ear", "Research"),
        "Research guests;Edit pieces",
    ),
    (
        "Office intern",
        ("Spreadsheets", "Filing", "Writing a letter", "Data entry", "Telephone manners"),
        "Prepare figures;Check forms",
    ),
)
"""Titles with three to five skills of the job, and tasks."""
