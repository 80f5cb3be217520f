/* The contribution of one person after another in plain C: round the wage, hold it in its limits, two parts rounded half-up to the fen. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RANGE = 10000 };

struct rules { int64_t round_to, lower, upper, person_ppm, employer_ppm[9]; };

__attribute__((noinline)) static void evaluate(const struct rules *r, int64_t count, const double *wage, const uint8_t *approved,
                     const uint8_t *class, double *base_out, double *employer_out, double *person_out) {
  for (int64_t i = 0; i < count; i += 1) {
    int64_t base = (int64_t)wage[i];
    if (!approved[i]) {
      base = (2 * base + r->round_to) / (2 * r->round_to) * r->round_to;
      if (base < r->lower) base = r->lower;
      if (base > r->upper) base = r->upper;
    }
    base_out[i] = (double)base;
    employer_out[i] = (double)((base * r->employer_ppm[class[i]] + 500000) / 1000000);
    person_out[i] = (double)((base * r->person_ppm + 500000) / 1000000);
  }
}

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
  return at.tv_sec * 1e3 + at.tv_nsec / 1e6;
}

/* Arguments: count, repetitions, then rules of each insurance (13 integers each). Reads wages as float64, then two columns of bytes. */
int main(int argc, char **argv) {
  int64_t count = atoll(argv[1]);
  int repetitions = atoi(argv[2]);
  int insurances = (argc - 3) / 13;
  double *wage = malloc(count * 8), *base = malloc(RANGE * 8), *employer = malloc(RANGE * 8), *person = malloc(RANGE * 8);
  uint8_t *approved = malloc(count), *class = malloc(count);
  if (fread(wage, 8, count, stdin) != (size_t)count || fread(approved, 1, count, stdin) != (size_t)count ||
      fread(class, 1, count, stdin) != (size_t)count) return 1;
  for (int n = 0; n < repetitions; n += 1) {
    double sum = 0, taken = 0;
    for (int k = 0; k < insurances; k += 1) {
      struct rules r;
      int64_t *fields = (int64_t *)&r;
      for (int f = 0; f < 13; f += 1) fields[f] = atoll(argv[3 + k * 13 + f]);
      for (int64_t at = 0; at < count; at += RANGE) {
        int64_t rows = count - at < RANGE ? count - at : RANGE;
        double started = now();
        evaluate(&r, rows, wage + at, approved + at, class + at, base, employer, person);
        taken += now() - started;
        for (int64_t i = 0; i < rows; i += 1) sum += employer[i] + person[i];
      }
    }
    printf("%.4f %.0f\n", taken, sum);
  }
  return 0;
}
