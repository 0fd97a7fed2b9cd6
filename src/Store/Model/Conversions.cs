// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Hermetic.Store.Model;

/// <summary>An instant as milliseconds since 1970 in UTC.</summary>
internal sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
    instant => instant.ToUnixTimeMilliseconds(),
    value => DateTimeOffset.FromUnixTimeMilliseconds(value));

/// <summary>An id as its 16 bytes in network order.</summary>
internal sealed class BigEndianId() : ValueConverter<Guid, byte[]>(
    id => id.ToByteArray(true),
    bytes => new Guid(bytes, true));
