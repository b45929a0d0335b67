// Back from the provider, signed in: the address with the code is left behind.

import { placeKept } from "./session.js";

location.replace(placeKept());
