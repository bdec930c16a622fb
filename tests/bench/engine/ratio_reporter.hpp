// Google Benchmark's table, and below it how the variants of each case compare.
#pragma once

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace refract_bench {

/// Benchmarks are named `case/variant`; `base` is the variant the others are divided by. Best of all repetitions, interleaved or
/// not: what disturbs the machine only ever adds time.
class ratio_reporter final : public benchmark::ConsoleReporter {
public:
    explicit ratio_reporter(std::string base) : base_(std::move(base)) {}

    void ReportRuns(std::vector<Run> const& runs) override {
        for (auto const& run : runs) {
            if (run.run_type == Run::RT_Iteration && !run.error_occurred) {
                add(run);
            }
        }
        benchmark::ConsoleReporter::ReportRuns(runs);
    }

    void Finalize() override {
        std::printf(
            "\n| case | variant | CPU us | wall us | CPU / %s | wall / %s |\n|---|---|---|---|---|---|\n", base_.c_str(),
            base_.c_str()
        );
        for (auto const& name : cases_) {
            auto const& variants = best_[name];
            auto const base = variants.find(base_);
            for (auto const& [variant, t] : variants) {
                std::printf("| %s | %s | %.2f | %.2f |", name.c_str(), variant.c_str(), t.cpu * 1e6, t.real * 1e6);
                if (base == variants.end() || variant == base_) {
                    std::printf(" | |\n");
                } else {
                    std::printf(" %.2f | %.2f |\n", t.cpu / base->second.cpu, t.real / base->second.real);
                }
            }
        }
    }

private:
    /// Seconds for one item.
    struct times {
        double cpu = 0;
        double real = 0;
    };

    void add(Run const& run) {
        auto const name = run.run_name.function_name;
        auto const slash = name.find('/');
        auto const group = name.substr(0, slash);
        auto const variant = slash == std::string::npos ? std::string() : name.substr(slash + 1);
        auto const per_run = run.counters.find("items_per_run");
        double const items = per_run == run.counters.end() ? 1 : per_run->second.value;
        double const divisor = std::max(1.0, static_cast<double>(run.iterations)) * std::max(1.0, items);
        times const now{run.cpu_accumulated_time / divisor, run.real_accumulated_time / divisor};
        if (best_.find(group) == best_.end()) {
            cases_.push_back(group);
        }
        auto const [at, is_new] = best_[group].try_emplace(variant, now);
        if (!is_new) {
            at->second = {std::min(at->second.cpu, now.cpu), std::min(at->second.real, now.real)};
        }
    }

    std::string base_;
    std::vector<std::string> cases_;
    std::map<std::string, std::map<std::string, times>> best_;
};

} // namespace refract_bench
