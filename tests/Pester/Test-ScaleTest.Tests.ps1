BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
    $server = Start-LocalApiServer
    $csv = Join-Path $TestDrive 'run.csv'
    $run = $server | Start-ConfigMapDriver -Rate 500 -Count 1500 -MaxPopulation 50 -Updates 1 -OutFile $csv
    # A busy machine may disturb the run; what is tested here is what follows from the verdict, whichever it is.
    $any = @{ Accept = 'Invalid', 'Overloaded' }
}

AfterAll {
    $server | Stop-LocalApiServer
}

Describe 'Test-ScaleTest' {
    It 'passes when the objectives are kept, with one result each and one for the verdict' {
        $results = @(Test-ScaleTest $csv -Objective 'create.service.max <= 1h', 'failed == 0', 'configmaps.all.succeeded >= 99%' @any)
        $results.Count | Should -Be 4
        $results | ForEach-Object { $_ | Should -BeOfType 'K8sScaleTest.ObjectiveResult' }
        @($results.Objective) | Should -Be @('verdict', 'create.service.max <= 1h', 'failed == 0', 'configmaps.all.succeeded >= 99%')
        @($results.Passed | Select-Object -Unique) | Should -Be $true
        $results[2].ActualValue | Should -Be 0
    }

    It 'takes records, imported records and a summary' {
        (Import-Csv -LiteralPath $csv | Test-ScaleTest -Objective 'failed == 0' @any)[1].Passed | Should -BeTrue
        (Measure-ScaleTest $csv | Test-ScaleTest -Objective 'failed == 0' @any)[1].Passed | Should -BeTrue
        ($run | Test-ScaleTest -Objective 'failed == 0' @any)[1].Passed | Should -BeTrue
    }

    It 'terminates when an objective is missed, after the results' {
        $results = [Collections.Generic.List[object]]::new()
        $failure = { Test-ScaleTest $csv -Objective 'create.service.p50 <= 1us', 'failed == 0' @any | ForEach-Object { $results.Add($_) } } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'ObjectiveMissed,K8sScaleTest.TestScaleTestCommand'
        $failure.Exception.Message | Should -BeLike "*'create.service.p50 <= 1us' was missed*"
        @($results | ForEach-Object Passed) | Should -Be @($true, $false, $true)
    }

    It 'terminates when an objective cannot be told: too few samples' {
        $failure = { Test-ScaleTest $csv -Objective 'create.service.p99.9 <= 1h' @any } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'ObjectiveUndetermined,K8sScaleTest.TestScaleTestCommand'
        $failure.Exception.Message | Should -BeLike '*10,000 are needed*'
    }

    It 'terminates when no run is of the resource that an objective names' {
        $failure = { Test-ScaleTest $csv -Objective 'flunders.failed == 0' @any } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'ObjectiveUndetermined,K8sScaleTest.TestScaleTestCommand'
    }

    It 'terminates at a verdict that is not accepted, and passes where -Accept names it' {
        $alone = Join-Path $TestDrive 'alone.csv'
        # Of another run, so that this session does not know its health.
        Get-Content -LiteralPath $csv | ForEach-Object { $_.Replace($run.RunId, 'of-another-session') } | Set-Content -LiteralPath $alone
        $failure = { Test-ScaleTest $alone -Objective 'failed == 0' } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'VerdictNotAccepted,K8sScaleTest.TestScaleTestCommand'
        $failure.Exception.Message | Should -BeLike '*Inconclusive*'
        @(Test-ScaleTest $alone -Objective 'failed == 0' -Accept Inconclusive).Passed | Should -Be @($true, $true)
    }

    It 'fails a script, and so a CI step' {
        $missed = Wait-Child (Start-Child { param($Path) Test-ScaleTest $Path -Objective 'failed >= 1' -Accept Invalid, Overloaded } $csv)
        $missed.ExitCode | Should -Be 1
        $kept = Wait-Child (Start-Child { param($Path) Test-ScaleTest $Path -Objective 'failed == 0' -Accept Invalid, Overloaded } $csv)
        $kept.ExitCode | Should -Be 0
        $kept.Error | Should -BeNullOrEmpty
    }

    It 'fails when nothing was measured' {
        $failure = { $null | Test-ScaleTest -Objective 'failed == 0' } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'NothingMeasured,K8sScaleTest.TestScaleTestCommand'
    }

    It 'calls a run with a broken objective Failed' {
        $results = [Collections.Generic.List[object]]::new()
        try { Test-ScaleTest $csv -Objective 'failed >= 1' @any | ForEach-Object { $results.Add($_) } } catch { $caught = $_ }
        $caught.FullyQualifiedErrorId | Should -Be 'ObjectiveMissed,K8sScaleTest.TestScaleTestCommand'
        $results[1].Verdict | Should -BeIn 'Failed', 'Invalid', 'Overloaded'
        if ($run.Verdict -eq 'Valid') { $results[1].Verdict | Should -Be 'Failed' }
    }
}

Describe 'Test-ScaleTest: bad input' {
    It 'the objective <_>' -ForEach 'create.respons.p99 <= 1s', 'create.response.p98 <= 1s', 'failed = 0', 'failed == 1.5', 'response.p99 <= fast', 'rate >= 5', '' {
        $failure = { Test-ScaleTest $csv -Objective $_ } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'ParameterArgumentValidationError,K8sScaleTest.TestScaleTestCommand'
        if ($_) { $failure.Exception.Message | Should -BeLike '*Possible there:*' }
    }

    It 'a verdict that nobody can accept' {
        { Test-ScaleTest $csv -Accept Failed } | Should -Throw -ErrorId 'ParameterArgumentValidationError,K8sScaleTest.TestScaleTestCommand'
    }

    It 'a file that is not there' {
        { Test-ScaleTest (Join-Path $TestDrive 'missing.csv') } | Should -Throw -ErrorId 'RecordFileUnusable,K8sScaleTest.TestScaleTestCommand'
    }
}
