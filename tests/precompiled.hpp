// What every test includes.
#pragma once

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>
