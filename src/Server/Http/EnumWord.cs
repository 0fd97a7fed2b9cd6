// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Hermetic.Server.Http;

/// <summary>How the API spells a name of ours: `NoAnswer` is `no-answer`.</summary>
internal static class EnumWord
{
    public static string Of(Enum value) => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
