/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_REPAIR_H
#define QENTCTL_REPAIR_H

/* Commands that compare, mend and adopt; their rows are in cmd_work.c and cmd_account.c. */

#include "cli.h"

extern const cli_option reconcile_options[];
extern const char reconcile_details[];
int reconcile_run(cli *c);

extern const cli_option import_options[];
extern const char import_details[];
int import_run(cli *c);

/* NODE KEY...: remove accounts from a panel that the ledger does not know. */
int orphans_remove(cli *c);

#endif
