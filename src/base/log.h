/* log -- one JSON line per event on stderr: never what a person wrote, never a contact. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

/* key=value pairs are written by the caller into `format` as plain English text. */
void log_line(const char *level, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define log_info(...) log_line("info", __VA_ARGS__)
#define log_warn(...) log_line("warn", __VA_ARGS__)
#define log_bad(...)  log_line("error", __VA_ARGS__)

#endif
