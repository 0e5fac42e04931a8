# The contender quanteda: count the matches of a dictionary in every article, whenever a line comes
# on standard input; measure.py says how contenders are measured. Without the package it says so.
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
share <- as.numeric(arguments[2])
say <- function(...) { cat(sprintf(...), "\n", sep = ""); flush(stdout()) }
missing <- !suppressWarnings(suppressMessages(require(quanteda, quietly = TRUE)))
if (missing) { say('{"missing": "R has no quanteda"}'); quit() }
quanteda_options(threads = 1)

# One text a line: its line breaks are spaces there.
texts <- readLines(file.path(folder, "lines.txt"), encoding = "UTF-8")
texts <- texts[seq_len(max(1, round(length(texts) * share)))]
entries <- read.delim(file.path(folder, paste0("patterns-", arguments[3], ".tsv")), header = FALSE,
                      quote = "", colClasses = "character")
patterns <- dictionary(split(entries[[2]], entries[[1]]))

peak <- function() {
  status <- tryCatch(readLines("/proc/self/status"), error = function(e) character())
  line <- grep("^VmHWM", status, value = TRUE)
  if (length(line)) as.numeric(gsub("[^0-9]", "", line)) * 1024 else 0
}

say('{"memory": %.0f}', peak())
lines <- file("stdin", open = "r")
while (length(readLines(lines, n = 1)) > 0) {
  invisible(gc())
  time <- system.time({
    found <- dfm(tokens_lookup(tokens(texts, remove_punct = TRUE), patterns))
  })
  sums <- colSums(found)
  categories <- paste0('"', names(sums), '": ', sprintf("%.0f", sums), collapse = ", ")
  say('{"wall": %.6f, "cpu": %.6f, "memory": %.0f, "figures": {"matches": %.0f, %s}}',
      time[["elapsed"]], time[["user.self"]] + time[["sys.self"]], peak(), sum(sums), categories)
}
