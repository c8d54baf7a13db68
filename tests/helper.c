/* helper -- in every test program: started by what it tests as the process that draws documents
 * (base/box.h starts the program that runs), it is that process before main() is reached. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "print/pdf.h"
#include <string.h>
#include <unistd.h>

__attribute__((constructor)) static void be_the_helper(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[0], "linghang") == 0 && strcmp(argv[1], "pdf") == 0)
        _exit(pdf_worker());
}
