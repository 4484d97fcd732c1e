"""Nicknames and abbreviations that a new site begins with, in English and Spanish."""

from __future__ import annotations

from typing import NamedTuple


class StandardSynonym(NamedTuple):
    """Expressions separated by commas. With `finds`, those are found by `words`, not the other way
    round; without, all of `words` find each other."""

    kind: str
    words: str
    finds: str = ""


def _read(kind: str, lines: str) -> list[StandardSynonym]:
    pairs = (line.strip().partition(" > ") for line in lines.strip().splitlines())
    return [StandardSynonym(kind, words, finds) for words, _, finds in pairs]


# Left out: nicknames that are common words, such as Bill, Rob, Art, Mark, Don and Memo.
_NICKNAMES = """
Abraham, Abe
Alex > Alexander, Alexandra, Alejandro, Alejandra
Andrew, Andy
Anthony, Tony
Barbara, Barb
Benjamin, Ben, Benny
Bernard, Bernie
Charles, Chuck, Charlie
Chris > Christopher, Christine, Christina
Cynthia, Cindy
Daniel, Dan, Danny, Dani
David, Dave
Deborah, Debra, Debbie
Douglas, Doug
Edward, Ed, Eddie
Elizabeth, Liz, Beth, Betty, Betsy
Frederick, Fred, Freddie
Gerald, Jerry
Gregory, Greg
James, Jim, Jimmy
Jeffrey, Geoffrey, Jeff
Jennifer, Jen, Jenny
Jonathan, Jon
Joseph, Joe, Joey
Joshua, Josh
Katherine, Catherine, Kathryn, Kathy, Cathy, Kate, Katie
Kenneth, Ken, Kenny
Lawrence, Larry
Leonard, Leo, Lenny
Margaret, Maggie, Peggy
Matthew, Matt
Michael, Mike
Nicholas, Nick
Pat > Patrick, Patricia, Patty, Trish
Patricia, Patty, Trish
Peter, Pete
Philip, Phillip, Phil
Rebecca, Becky
Robert, Bob, Bobby
Ronald, Ron, Ronnie
Russell, Russ
Sam > Samuel, Samantha
Stephen, Steven, Steve
Theodore, Ted
Thomas, Tom, Tommy
Timothy, Tim
Victoria, Vicky
Wesley, Wes
Zachary, Zach, Zack
Beto > Alberto, Roberto, Humberto, Gilberto
Chayo, Charo > Rosario
Chema > José María
Chuy > Jesús
Conchita > Concepción
Gabi > Gabriel, Gabriela
Javi > Javier
Lalo > Eduardo
Lola > Dolores
Lupe > Guadalupe
Manolo > Manuel
Nacho > Ignacio
Nando > Fernando
Paco, Pancho > Francisco
Pepe > José
Quique, Kike > Enrique
Rafa > Rafael
Tere > Teresa
Toño > Antonio
"""

# One way where the abbreviation is a word, too: “da” and “ag” in Spanish, “gov” in addresses.
_ABBREVIATIONS = """
AG > attorney general
asst > assistant
atty > attorney
Ave > avenue
Blvd > boulevard
Capt > captain
CHP, California Highway Patrol
CPS > child protective services
DA > district attorney
DEA, Drug Enforcement Administration
dept, department
DHS > Department of Homeland Security
DMV, Department of Motor Vehicles
DOJ, Department of Justice
DUI, DWI, driving under the influence
EPA, Environmental Protection Agency
EV > electric vehicle
FBI, Federal Bureau of Investigation
FDA > Food and Drug Administration
FEMA, Federal Emergency Management Agency
FTC, Federal Trade Commission
GHG, greenhouse gas
Gov > governor
govt, government
HHS, Health and Human Services
HUD > Housing and Urban Development
Hwy, highway
intl, international
IRS, Internal Revenue Service
Lt > lieutenant
natl, national
OSHA, Occupational Safety and Health Administration
PD > police department
Rep > representative
Sen > senator
Sgt, sergeant
univ, university
Calif, California
Ariz, Arizona
Colo, Colorado
Conn, Connecticut
Fla, Florida
Minn, Minnesota
Neb, Nebraska
Nev, Nevada
Okla, Oklahoma
Tenn, Tennessee
Wis, Wisconsin
NY, New York
NJ, New Jersey
NM, New Mexico
UK, United Kingdom
Av, Avda > avenida
depto, dpto, departamento
Dra > doctora
EE. UU., EEUU, Estados Unidos
Gral > general
Lic > licenciado, licenciada
ONU, Naciones Unidas
Sra > señora
tel > teléfono
"""

# A site has these rows from its migration on: a changed list needs another migration.
STANDARD_SYNONYMS = [*_read("nickname", _NICKNAMES), *_read("abbreviation", _ABBREVIATIONS)]
