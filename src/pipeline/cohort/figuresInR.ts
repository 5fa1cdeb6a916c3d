/**
 * An R script that draws the main figures of a validation again from `cohort.csv`, with R's own survival package, as an independent check
 * of ours. It uses only what the table holds.
 */
export const FIGURES_IN_R = String.raw`# Draws the main figures of a validation by Scarcast again from cohort.csv, with R and its package survival.
# Use: Rscript cohort.R cohort.csv [everyone]
# Writes figures.csv and figures.pdf next to it. Patients to whom the models do not apply are left out, unless 'everyone' is given.
library(survival)

given <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(given[1], encoding = "UTF-8")
rows <- rows[!is.na(rows$time) & rows$outcome %in% c("event", "otherDeath", "none"), ]
if (!("everyone" %in% given)) rows <- rows[rows$applies %in% 1, ]
rows$event <- as.integer(rows$outcome == "event")
years <- 1:5
years <- years[years < max(rows$time)]
horizon <- max(years)

figures <- data.frame()
tell <- function(figure, model, at, value)
  figures <<- rbind(figures, data.frame(figure = figure, model = model, at = at, value = value))

# Kaplan-Meier's risk by t; other deaths end the observation.
observed <- function(these, t) {
  if (nrow(these) == 0) return(NA)
  fit <- survfit(Surv(time, event) ~ 1, data = these)
  1 - summary(fit, times = min(t, max(these$time)))$surv
}
risk <- function(these, model, t) these[[paste0(model, "_risk_", t, "y")]]

tell("patients", "", NA, nrow(rows))
tell("events", "", NA, sum(rows$event))
pdf(file.path(dirname(given[1]), "figures.pdf"), width = 7, height = 7)

for (model in c("covariates", "fiveAnswers", "image", "fused")) {
  known <- rows[!is.na(risk(rows, model, horizon)), ]
  if (sum(known$event) == 0) next
  score <- risk(known, model, horizon)
  c <- concordance(Surv(time, event) ~ score, data = known, reverse = TRUE)
  tell("harrell", model, NA, c$concordance)
  for (t in years) {
    tell("observed", model, t, observed(known, t))
    tell("meanPredicted", model, t, mean(risk(known, model, t)))
    tell("ratio", model, t, observed(known, t) / mean(risk(known, model, t)))
  }

  # Calibration: groups of equal size by rising risk.
  groups <- min(5, floor(nrow(known) / 15))
  if (groups >= 2) {
    ranked <- known[order(score, method = "radix"), ]
    ends <- floor(seq(0, groups) * nrow(known) / groups + 0.5)
    points <- t(sapply(seq_len(groups), function(g) {
      these <- ranked[(ends[g] + 1):ends[g + 1], ]
      c(mean(risk(these, model, horizon)), observed(these, horizon))
    }))
    most <- max(0.05, points)
    plot(points, xlim = c(0, most), ylim = c(0, most), pch = 19, xlab = paste("predicted risk by", horizon, "years"),
         ylab = "observed (Kaplan-Meier)", main = paste("Calibration,", model))
    abline(0, 1, lty = 2)
    for (g in seq_len(groups)) tell("calibration", model, g, points[g, 2])
  }

  # Decision curve (Vickers 2008, for censored times).
  thresholds <- (1:30) / 100
  benefit <- function(these, p) {
    if (nrow(these) == 0) return(0)
    found <- observed(these, horizon)
    nrow(these) / nrow(known) * (found - (1 - found) * p / (1 - p))
  }
  ours <- sapply(thresholds, function(p) benefit(known[score >= p, ], p))
  all <- sapply(thresholds, function(p) benefit(known, p))
  plot(thresholds, ours, type = "l", ylim = c(-0.02, max(0.02, ours, all)), xlab = "threshold", ylab = "net benefit",
       main = paste("Net benefit by", horizon, "years,", model))
  lines(thresholds, all, lty = 2)
  abline(h = 0, lty = 3)
  for (k in c(5, 10, 20)) tell("netBenefit", model, thresholds[k], ours[k])
}

# Survival by thirds of the covariates' risk.
score <- risk(rows, "covariates", horizon)
if (nrow(rows) >= 30 && sum(rows$event) >= 3) {
  cuts <- quantile(score, c(1, 2) / 3)
  third <- 1 + (score > cuts[1]) + (score > cuts[2])
  test <- survdiff(Surv(time, event) ~ third, data = rows)
  tell("logRankChiSquare", "covariates", NA, test$chisq)
  plot(survfit(Surv(time, event) ~ third, data = rows), xlim = c(0, horizon), lty = 1:3, xlab = "years",
       ylab = "free of sudden cardiac death", main = "Thirds of the covariates' risk")
  legend("bottomleft", c("lowest", "middle", "highest"), lty = 1:3)
}

# Incidence with other deaths as competing events (Aalen-Johansen).
state <- factor(rows$outcome, levels = c("none", "event", "otherDeath"))
if (all(c("event", "otherDeath") %in% rows$outcome)) {
  fit <- survfit(Surv(time, state) ~ 1, data = rows)
  for (t in years) {
    found <- summary(fit, times = t)$pstate
    tell("incidenceOfEvent", "", t, found[fit$states == "event"])
    tell("incidenceOfOtherDeath", "", t, found[fit$states == "otherDeath"])
  }
  plot(fit, xlim = c(0, horizon), lty = 1:2, xlab = "years", ylab = "incidence", main = "Event and other death")
  legend("topleft", c("sudden cardiac death", "other death"), lty = 1:2)
}
invisible(dev.off())
write.csv(figures, file.path(dirname(given[1]), "figures.csv"), row.names = FALSE)
`;
