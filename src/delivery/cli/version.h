/* Which program this is. The package and the archive take their names from these lines. */
#ifndef CLI_VERSION_H
#define CLI_VERSION_H

#define QUITTANCE_VERSION  "0.1.0"
#define QUITTANCE_RELEASED "2026-11-22"

#endif
